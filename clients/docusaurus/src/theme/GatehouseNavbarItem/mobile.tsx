import type { Props } from "@theme/GatehouseNavbarItem";
import { AccountLink, SignInLink, SignOutLink, useGatehouse } from "docusaurus-plugin-gatehouse/client";
import type { ReactNode } from "react";
import styles from "./styles.module.css";

/** The same in the sidebar of small screens: a link, or the name with its two links below. */
export default function Mobile({ className = "", onClick }: Props): ReactNode {
  const { status, user } = useGatehouse();
  const link = { className: `menu__link ${className}`, onClick };
  if (status === "signed-out")
    return (
      <li className="menu__list-item">
        <SignInLink {...link} />
      </li>
    );
  if (status !== "signed-in") return null;
  return (
    <li className="menu__list-item">
      <span className={`menu__link ${styles.name}`} dir="auto">
        {user.name || user.email}
      </span>
      <ul className="menu__list">
        <li className="menu__list-item">
          <AccountLink {...link} />
        </li>
        <li className="menu__list-item">
          <SignOutLink {...link} />
        </li>
      </ul>
    </li>
  );
}
