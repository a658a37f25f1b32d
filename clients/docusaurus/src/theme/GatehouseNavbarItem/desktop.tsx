import type { Props } from "@theme/GatehouseNavbarItem";
import {
  AccountLink,
  SignInLink,
  SignInLinkWithoutScripts,
  SignOutLink,
  useGatehouse,
  type User,
} from "docusaurus-plugin-gatehouse/client";
import {
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useId,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import styles from "./styles.module.css";

/** A place of fixed width, empty until it is known who reads: nothing moves when the answer comes. */
export default function Desktop({ position, className = "" }: Props): ReactNode {
  const { status, user } = useGatehouse();
  const isLeft = position === "left";
  const link = `navbar__item navbar__link ${styles.label}`;
  return (
    <div className={`navbar__item ${styles.place} ${isLeft ? styles.left : ""} ${className}`}>
      {status === "loading" && <SignInLinkWithoutScripts className={link} />}
      {status === "signed-out" && <SignInLink className={link} onPointerEnter={showWhole} />}
      {status === "signed-in" && <Menu user={user} toTheRight={!isLeft} />}
    </div>
  );
}

/** Words that do not fit are shown whole to whoever points at them. */
const showWhole = ({ currentTarget: label }: PointerEvent<HTMLElement>) => {
  label.title = label.scrollWidth > label.clientWidth ? label.innerText : "";
};

/**
 * A button that shows and hides links: opened and closed by click, Enter and Space, closed by Escape and by leaving.
 */
function Menu({ user, toTheRight }: { user: User; toTheRight: boolean }): ReactNode {
  const name = user.name || user.email;
  const [isOpen, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useEffect(() => (isOpen ? onceOutside(root, () => setOpen(false)) : undefined), [isOpen]);
  useLayoutEffect(() => () => handFocusOn(root.current), []);
  const onKeyDown = ({ key }: KeyboardEvent) => {
    if (key !== "Escape" || !isOpen) return;
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div
      ref={root}
      className={`dropdown ${toTheRight ? "dropdown--right" : ""} ${isOpen ? "dropdown--show" : ""} ${styles.menu}`}
      onKeyDown={onKeyDown}
    >
      <button
        ref={button}
        type="button"
        className={`clean-btn navbar__link ${styles.button}`}
        aria-expanded={isOpen}
        aria-controls={id}
        onClick={() => setOpen(!isOpen)}
      >
        <Avatar user={user} />
        <span className={styles.label} title={name} dir="auto">
          {name}
        </span>
      </button>
      <Links id={id} user={user} />
    </div>
  );
}

/** Whoever signs out here goes on at the link that takes the menu's place, and not at the top of the page. */
function handFocusOn(menu: HTMLElement | null) {
  const place = menu?.parentElement;
  if (menu?.contains(document.activeElement)) setTimeout(() => place?.querySelector("a")?.focus());
}

/** Whose account it is, and what can be done with it. */
function Links({ id, user }: { id: string; user: User }): ReactNode {
  return (
    <ul id={id} className="dropdown__menu">
      <li className={styles.head}>
        <Avatar user={user} />
        <span className={styles.label} dir="auto">
          {user.email}
        </span>
      </li>
      <li>
        <AccountLink className="dropdown__link" />
      </li>
      <li>
        <SignOutLink className="dropdown__link" />
      </li>
    </ul>
  );
}

/** The picture, or the first letters of the name where there is none, or none that can be loaded. */
function Avatar({ user: { image, name, email } }: { user: User }): ReactNode {
  const [broken, setBroken] = useState<string>();
  const words = (name || email).split(/\s+/).filter(Boolean);
  const initials = [words[0], words.length > 1 ? words.at(-1) : ""].map((word = "") => firstLetter(word)).join("");
  return (
    <span className={styles.avatar} aria-hidden="true">
      {image && image !== broken ? (
        <img src={image} alt="" width="28" height="28" onError={() => setBroken(image)} />
      ) : (
        initials.toUpperCase()
      )}
    </span>
  );
}

/** Not by `[...word]`, which Babel, as Docusaurus sets it, takes for a list with the word in it. */
const firstLetter = (word: string) => Array.from(word)[0] ?? "";

/** Calls back when a pointer or the focus goes somewhere else. */
function onceOutside(root: { current: HTMLElement | null }, leave: () => void): () => void {
  const controller = new AbortController();
  const look = ({ target }: Event) => void (target instanceof Node && !root.current?.contains(target) && leave());
  for (const type of ["pointerdown", "focusin"]) document.addEventListener(type, look, { signal: controller.signal });
  return () => controller.abort();
}
