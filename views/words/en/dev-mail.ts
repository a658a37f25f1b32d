/** The page that shows mails in local mode. */
export const devMail = {
  title: "Emails",
  intro: "Local mode: emails are shown here instead of being sent. They’re kept until the program ends.",
  empty: "No emails yet. Create an account, and the first one will show up here.",
  to: "To",
  asText: "As plain text",
  preview: "The email, as it looks in an email program",
  copy: (code: string) => `Copy code ${code}`,
  copied: "Copied",
};
