import { AccountLayout } from "./account-layout";
import { Button, Form } from "./kit";
import type { PageContext } from "./layout";
import { Card } from "./rows";
import type { NoticeKey } from "./words";

export interface AccountExportProps {
  frame: PageContext;
  notice?: NoticeKey;
}

export function AccountExportPage({ frame, notice }: AccountExportProps) {
  const { words } = frame;
  return (
    <AccountLayout frame={frame} here="/account/export" notice={notice}>
      <Card>
        <Form id="export-form" action="/account/export" download>
          <p safe>{words.export.text}</p>
          <Button icon="download" label={words.export.action} working={words.export.working} />
        </Form>
      </Card>
    </AccountLayout>
  );
}
