import { Avatar } from "../../../../views/avatar";
import { Button, ButtonLink, Field } from "../../../../views/kit";
import { attribute } from "../../../../views/layout";
import { Badge } from "../../../../views/rows";
import { Written } from "../../../../views/sentence";
import { Day } from "../../../../views/time";
import type { Listed } from "../people/list";
import type { PageWords } from "../words/pages";
import { AdminLayout, asOneTypes, type AdminFrame } from "./admin-layout";

/** Which people are shown. */
export type Filter = keyof PageWords["people"]["filters"];

export interface PeopleProps extends AdminFrame {
  people: Listed[];
  search: string;
  filter: Filter;
  /** What is wrong with what was searched for. */
  problem?: string;
  /** The path of the next page, if there is one. */
  next?: string;
  /** The path of the first page, on each other one. */
  start?: string;
  /** Whether an account has just been deleted. */
  isGone: boolean;
  /** The script of the searches. */
  script: string;
}

/** `/admin/people`: finds people; with scripts while one types. */
export function PeoplePage(props: PeopleProps) {
  const { frame, own, problem, isGone } = props;
  const given = { frame, own, here: "/admin/people", title: own.sections.people };
  return (
    <AdminLayout {...given} notice={isGone ? own.gone : undefined} wrong={problem !== undefined}>
      <SearchForm {...props} />
      <Found {...props} />
      <span hidden data-module={props.script}></span>
    </AdminLayout>
  );
}

const asYouType = asOneTypes("/admin/people", "input changed delay:300ms from:#search, change from:#filter, submit");

function SearchForm({ frame: { words }, own, search, filter }: PeopleProps) {
  return (
    <form id="search-people" class="filters" method="get" action="/admin/people" {...asYouType}>
      <Field
        words={words}
        name="search"
        label={own.people.search}
        autocomplete="off"
        value={search}
        hint={own.people.hint}
        isOptional
      />
      <div class="last">
        <Select name="filter" label={own.people.filter} options={Object.entries(own.people.filters)} chosen={filter} />
        <Button kind="secondary" label={own.search} working={own.searching} />
      </div>
    </form>
  );
}

interface SelectProps {
  name: string;
  label: string;
  /** Of each its value and its label. */
  options: readonly (readonly [value: string, label: string])[];
  chosen: string;
}

/** One of several, in a list that opens. */
export function Select({ name, label, options, chosen }: SelectProps) {
  return (
    <div class="field">
      <label for={name} safe>
        {label}
      </label>
      <select id={name} name={name}>
        {options.map(([value, text]) => (
          <option value={attribute(value)} selected={value === chosen} safe>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Found(props: PeopleProps) {
  const { own, people, problem, next, start } = props;
  return (
    <div id="found">
      <p class={problem ? "alert" : "count"} role="status" safe>
        {problem ?? countOf(props)}
      </p>
      {people.length > 0 ? <PeopleList {...props} /> : ""}
      <p class="pages">
        {start ? <ButtonLink href={start} label={own.first} /> : ""}
        {next ? <ButtonLink href={next} label={own.next} /> : ""}
      </p>
    </div>
  );
}

function countOf({ own: { people: words }, people: { length }, next, start }: PeopleProps): string {
  if (length === 0) return words.none;
  if (start) return words.onward(length);
  return next ? words.foundMore(length) : words.found(length);
}

function PeopleList({ frame, own, people }: PeopleProps) {
  return (
    <section class="card">
      <ul class="entries people">
        {people.map((person) => (
          <li>
            <Avatar owner={person} />
            <div>
              <p class="entry-title">
                <a href={attribute(`/admin/people/${encodeURIComponent(person.id)}`)}>
                  <Written text={person.name || person.email} />
                </a>
                <Badges own={own} person={person} />
              </p>
              <p class="entry-facts">
                <Written text={person.email} />
              </p>
            </div>
            <span class="when">
              <Day frame={frame} date={person.createdAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is unusual about somebody, or what they may do. */
export function Badges({
  own: { badges },
  person: { isConfirmed, isSuspended, hasSecondFactor = false, roles },
}: {
  own: PageWords;
  person: Pick<Listed, "isConfirmed" | "isSuspended" | "roles"> & { hasSecondFactor?: boolean };
}) {
  return (
    <>
      {isSuspended ? <Badge text={badges.suspended} isBad /> : ""}
      {isConfirmed ? "" : <Badge text={badges.unconfirmed} isBad />}
      {roles.includes("admin") ? <Badge text={badges.admin} /> : ""}
      {roles.includes("support") ? <Badge text={badges.support} /> : ""}
      {hasSecondFactor ? <Badge text={badges.factor} /> : ""}
    </>
  );
}
