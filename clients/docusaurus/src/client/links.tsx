import { translate } from "@docusaurus/Translate";
import { useLocation } from "@docusaurus/router";
import useDocusaurusContext from "@docusaurus/useDocusaurusContext";
import type { AnchorHTMLAttributes, MouseEvent, ReactNode, SyntheticEvent } from "react";
import { useGatehouseUrl, useSignOut } from "./use-gatehouse.js";

/** What a link takes, but for what these links do by themselves. */
type Props = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "onClickCapture" | "onFocus" | "onPointerDown">;

/** A link to the hosted sign-in page, from which the reader comes back to this very place. */
export function SignInLink(props: Props): ReactNode {
  return <LinkThatReturns path="/sign-in" {...props} children={props.children ?? signIn()} />;
}

/**
 * Signs the reader out, who stays in this very place. Where that is not possible, and in a new tab, it is a link to the
 * page with the sign-out button, from which the reader comes back.
 */
export function SignOutLink(props: Props): ReactNode {
  const signOut = useSignOut();
  const onClick = async (event: MouseEvent<HTMLAnchorElement>) => {
    props.onClick?.(event);
    const { href } = event.currentTarget;
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (!(await signOut())) location.assign(href);
  };
  return (
    <LinkThatReturns
      path="/sign-out"
      {...props}
      onClick={onClick}
      children={
        props.children ??
        translate({
          id: "gatehouse.signOut",
          message: "Sign out",
          description: "The link to the page where one signs out",
        })
      }
    />
  );
}

/** A link to the reader's account. */
export function AccountLink(props: Props): ReactNode {
  return (
    <a
      {...props}
      href={`${useGatehouseUrl()}/account`}
      children={
        props.children ??
        translate({ id: "gatehouse.account", message: "Account", description: "The link to the reader's own account" })
      }
    />
  );
}

/**
 * A link to the hosted sign-in page for whoever reads without scripts, and comes back to this page, if not to the
 * heading. Inside `<noscript>`, which React leaves to the server: there the page's address is known.
 */
export function SignInLinkWithoutScripts(props: Props): ReactNode {
  const page = useDocusaurusContext().siteConfig.url + useLocation().pathname;
  return (
    <noscript>
      <a {...props} href={`${useGatehouseUrl()}/sign-in${backTo(page)}`} children={props.children ?? signIn()} />
    </noscript>
  );
}

const signIn = () =>
  translate({ id: "gatehouse.signIn", message: "Sign in", description: "The link to the sign-in page" });

/**
 * The place to come back to is written into the link when somebody reaches for it: a page built in advance cannot
 * know it, and it changes with every heading. A real link, so that a new tab and a copied address work too.
 */
function LinkThatReturns({ path, ...props }: Props & { path: string }): ReactNode {
  const address = useGatehouseUrl() + path;
  const aim = ({ currentTarget }: SyntheticEvent<HTMLAnchorElement>) => {
    currentTarget.href = address + backTo(location.href);
  };
  return <a {...props} href={address} onPointerDown={aim} onFocus={aim} onClickCapture={aim} />;
}

/**
 * Gatehouse sends nobody to an address with a backslash, because browsers take it for a slash in some places: it is
 * encoded.
 */
const backTo = (place: string) => `?return_to=${encodeURIComponent(place.replaceAll("\\", "%5C"))}`;
