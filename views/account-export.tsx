import { AccountLayout } from "./account-layout";
import { Form, SubmitButton } from "./kit";
import type { PageContext } from "./layout";

export interface AccountExportProps {
  frame: PageContext;
}

export function AccountExportPage({ frame }: AccountExportProps) {
  const { words } = frame;
  return (
    <AccountLayout frame={frame} here="/account/export">
      <p safe>{words.export.text}</p>
      <Form id="export-form" action="/account/export" download>
        <SubmitButton label={words.export.action} working={words.export.working} />
      </Form>
    </AccountLayout>
  );
}
