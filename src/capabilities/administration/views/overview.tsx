import { ButtonLink } from "../../../../views/kit";
import { attribute } from "../../../../views/layout";
import { Card, Row, Rows } from "../../../../views/rows";
import { dot, Written } from "../../../../views/sentence";
import { most, shownDays, type DayCount, type Standing } from "../overview";
import type { Holder } from "../people/roles";
import { AdminLayout, type AdminFrame } from "./admin-layout";
import { Chart } from "./chart";

export interface OverviewProps extends AdminFrame {
  /** Undefined where they could not be counted in time. */
  days?: DayCount[];
  standing: Standing;
  staff: Holder[];
}

/** `/admin`: how things are, and how they have been. */
export function OverviewPage(props: OverviewProps) {
  const { frame, own, days } = props;
  return (
    <AdminLayout frame={frame} own={own} here="/admin" title={own.area}>
      {days ? (
        <Charts frame={frame} own={own} days={days} />
      ) : (
        <p class="todo" safe>
          {own.overview.uncounted(shownDays)}
        </p>
      )}
      <Health {...props} />
      {props.staff.length > 0 ? <StaffList {...props} /> : ""}
    </AdminLayout>
  );
}

const kinds = ["signIns", "refusals", "newPeople"] as const;

interface DaysProps extends AdminFrame {
  days: DayCount[];
}

function Charts({ frame, own, days }: DaysProps) {
  const { overview } = own;
  const number = new Intl.NumberFormat(frame.words.language);
  return (
    <>
      <div class="charts">
        {kinds.map((kind) => {
          const values = days.map((day) => day[kind]);
          const total = number.format(values.reduce((sum, value) => sum + value, 0));
          return (
            <Chart
              title={overview[kind]}
              label={overview.chart(overview[kind], total, shownDays)}
              values={values}
              total={total}
              span={overview.days(shownDays)}
              isBad={kind === "refusals"}
            />
          );
        })}
      </div>
      <Numbers frame={frame} own={own} days={days} />
    </>
  );
}

/** The same for whoever does not see them. */
function Numbers({ frame: { words }, own: { overview }, days }: DaysProps) {
  const number = new Intl.NumberFormat(words.language);
  return (
    <details class="numbers">
      <summary safe>{overview.table}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col" safe>
              {overview.day}
            </th>
            {kinds.map((kind) => (
              <th scope="col" safe>
                {overview[kind]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {days.toReversed().map((day) => (
            <tr>
              <th scope="row" safe>
                {words.date(day.day)}
              </th>
              {kinds.map((kind) => (
                <td safe>{number.format(day[kind])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function Health({ frame: { words, hasMail }, own, standing }: OverviewProps) {
  const { overview } = own;
  const format = new Intl.NumberFormat(words.language);
  const number = (count: number) => (count > most ? overview.atLeast(format.format(most)) : format.format(count));
  const { people, suspended, mailsWaiting, mailsGivenUp, milliseconds } = standing;
  const mails = [
    hasMail ? "" : overview.mailsOff,
    mailsWaiting > 0 ? overview.mailsWaiting(number(mailsWaiting)) : hasMail ? overview.mailsNone : "",
    mailsGivenUp > 0 ? overview.mailsGivenUp(number(mailsGivenUp)) : "",
  ];
  return (
    <Card title={overview.health}>
      <Rows>
        <Row icon="profile" title={overview.people} facts={<span safe>{number(people)}</span>}>
          <ButtonLink href="/admin/people" label={overview.show} named={`${overview.show}: ${overview.people}`} />
        </Row>
        <Row icon="cross" title={overview.suspended} facts={<span safe>{number(suspended)}</span>}>
          <ButtonLink
            href="/admin/people?filter=suspended"
            label={overview.show}
            named={`${overview.show}: ${overview.suspended}`}
          />
        </Row>
        <Row
          icon="mail"
          title={overview.mails}
          isBad={mailsGivenUp > 0}
          facts={<span safe>{mails.filter(Boolean).join(dot)}</span>}
        />
        <Row
          icon="check"
          title={overview.database}
          facts={<span safe>{overview.databaseFacts(format.format(Math.ceil(milliseconds)))}</span>}
        />
      </Rows>
    </Card>
  );
}

function StaffList({ own, staff }: OverviewProps) {
  return (
    <Card title={own.overview.staff}>
      <ul class="entries">
        {staff.map(({ id, name, email, role }) => (
          <li class="plain">
            <div>
              <p class="entry-title">
                <a href={attribute(`/admin/people/${encodeURIComponent(id)}`)}>
                  <bdi safe>{name}</bdi>
                </a>
                <span class="badge" safe>
                  {role === "admin" ? own.badges.admin : own.badges.support}
                </span>
              </p>
              <p class="entry-facts">
                <Written text={email} />
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  );
}
