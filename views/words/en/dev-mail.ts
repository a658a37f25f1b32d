/** The page that shows mails in local mode. */
export const devMail = {
  title: "Mails",
  intro: "Local mode: these mails would have been sent. They are kept until the program ends.",
  empty: "No mail yet. Sign up, and it will be here.",
  to: "To",
  asText: "As plain text",
  preview: "The email, as it looks in an email program",
  copy: (code: string) => `Copy code ${code}`,
  copied: "Copied",
};
