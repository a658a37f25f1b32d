import type { Children } from "@kitajs/html";
import { Icon, type IconName } from "./icons";
import { Written } from "./sentence";

/** A part of an account page, with a title of its own where the page has several. */
export function Card({ title, children }: { title?: string; children: Children }) {
  return (
    <section class="card">
      {title ? <h2 safe>{title}</h2> : ""}
      {children as "safe"}
    </section>
  );
}

/** A list in a card, one row for each thing. */
export function Rows({ children }: { children: Children }) {
  return <ul class="entries">{children as "safe"}</ul>;
}

interface RowProps {
  icon: IconName;
  title: string;
  /** What the title is about is bad news. */
  isBad?: boolean;
  badge?: { text: string; isBad?: boolean };
  /** What else there is to know, in a smaller line. */
  facts?: Children;
  /** At the end of the row: a button, a link or the time. */
  children?: Children;
}

/** A thing in a list: what it is, what to know about it, and what to do with it. */
export function Row({ icon, title, isBad, badge, facts, children }: RowProps) {
  return (
    <li>
      <span class={isBad ? "tile problem" : "tile"}>
        <Icon name={icon} />
      </span>
      <div>
        <p class="entry-title">
          <span>
            <Written text={title} />
          </span>{" "}
          {badge ? <Badge {...badge} /> : ""}
        </p>
        {facts ? <p class="entry-facts">{facts as "safe"}</p> : ""}
      </div>
      {children as "safe"}
    </li>
  );
}

/** A state, in a word. */
export function Badge({ text, isBad }: { text: string; isBad?: boolean }) {
  return (
    <span class={isBad ? "badge problem" : "badge"} safe>
      {text}
    </span>
  );
}
