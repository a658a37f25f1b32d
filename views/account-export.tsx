import { AccountLayout } from "./account-layout";
import { Button, OwnForm } from "./kit";
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
        <OwnForm frame={frame} id="export-form" action="/account/export" download>
          <p safe>{words.export.text}</p>
          <Button icon="download" label={words.export.action} working={words.export.working} />
        </OwnForm>
      </Card>
    </AccountLayout>
  );
}
