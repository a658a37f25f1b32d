import type { Browser, BrowserContextOptions } from "playwright-core";

/** A browser with an authenticator in it, as Chromium's developer tools make one. */
export type Equipped = Awaited<ReturnType<typeof openEquipped>>;

/** Opens a browser whose user is there, and unlocks the authenticator with a finger. */
export async function openEquipped(browser: Browser, options: BrowserContextOptions) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable", { enableUI: false });
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  });
  return {
    ...{ page, context },
    /** The passkeys in it. */
    kept: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
    /** From now on its user presses the button: nothing is chosen at the email field. */
    pressesButton: () =>
      page.addInitScript(() => {
        PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false);
      }),
    /** Whether it finds its user's finger right. */
    knowsUser: (isUserVerified: boolean) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
    close: () => context.close(),
  };
}
