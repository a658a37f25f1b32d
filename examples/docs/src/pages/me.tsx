import useDocusaurusContext from "@docusaurus/useDocusaurusContext";
import Layout from "@theme/Layout";
import { SignedOut, SignInLink } from "docusaurus-plugin-gatehouse/client";
import { useState } from "react";

/** A button that asks another program, on another origin, who is signed in here. */
export default function CallTheApi() {
  const api = useDocusaurusContext().siteConfig.customFields?.api;
  const [answer, setAnswer] = useState("");
  const call = async () => setAnswer(await ask(`${api}/me`));
  return (
    <Layout title="Call the API">
      <main className="container margin-vert--lg">
        <h1>Call the API</h1>
        <p>
          This page comes from the docs site. The button calls <code>{`${api}/me`}</code>, a FastAPI program, which
          passes the cookie on to Gatehouse and asks who you are. No token is in any script.
        </p>
        <button type="button" className="button button--primary" onClick={call}>
          Call /me
        </button>
        <noscript> It needs JavaScript.</noscript>
        <pre className="margin-vert--md" role="status" style={{ minHeight: "8rem" }}>
          {answer}
        </pre>
        {/* Last, so that nothing moves when it is known. */}
        <SignedOut>
          <p>
            You’re signed out, so the answer will be 401. <SignInLink>Sign in</SignInLink> and come back here.
          </p>
        </SignedOut>
      </main>
    </Layout>
  );
}

/** The answer as text: its status, then what it says. */
async function ask(address: string): Promise<string> {
  try {
    const answer = await fetch(address, { credentials: "include" });
    return `${answer.status} ${answer.statusText}\n${JSON.stringify(await answer.json(), null, 2)}`;
  } catch {
    return "The API could not be reached.";
  }
}
