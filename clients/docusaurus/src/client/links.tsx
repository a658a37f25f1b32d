import { translate } from "@docusaurus/Translate";
import type { AnchorHTMLAttributes, ReactNode, SyntheticEvent } from "react";
import { useGatehouseUrl } from "./use-gatehouse";

type Props = AnchorHTMLAttributes<HTMLAnchorElement>;

/** A link to the hosted sign-in page, from which the reader comes back to this very place. */
export function SignInLink(props: Props): ReactNode {
  return <LinkThatReturns path="/sign-in" {...props} children={props.children ?? translate({ id: "gatehouse.signIn", message: "Sign in", description: "The link to the sign-in page" })} />;
}

/** A link to the page with the sign-out button, from which the reader comes back to this very place. */
export function SignOutLink(props: Props): ReactNode {
  return <LinkThatReturns path="/sign-out" {...props} children={props.children ?? translate({ id: "gatehouse.signOut", message: "Sign out", description: "The link to the page where one signs out" })} />;
}

/** A link to the reader's account. */
export function AccountLink(props: Props): ReactNode {
  return <a href={`${useGatehouseUrl()}/account`} {...props} children={props.children ?? translate({ id: "gatehouse.account", message: "Account", description: "The link to the reader's own account" })} />;
}

/**
 * The place to come back to is written into the link when somebody reaches for it: a page built in advance cannot
 * know it, and it changes with every heading. A real link, so that a new tab and a copied address work too.
 */
function LinkThatReturns({ path, ...props }: Props & { path: string }): ReactNode {
  const address = useGatehouseUrl() + path;
  const aim = ({ currentTarget }: SyntheticEvent<HTMLAnchorElement>) => {
    currentTarget.href = `${address}?return_to=${encodeURIComponent(location.href)}`;
  };
  return <a {...props} href={address} onPointerDown={aim} onFocus={aim} onClickCapture={aim} />;
}
