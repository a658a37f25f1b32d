import { accentColours } from "../theme";

/** The look of mails: styles for the `style` attribute, because many mail programs drop every other style. */
export type Look = ReturnType<typeof lookOfMails>;

/**
 * The styles of every part of a mail, from the brand's accent (`#rrggbb`). They are those of light mode; `dark` is the
 * sheet that turns them over where a program reads one.
 */
export function lookOfMails(accent: string) {
  const colors = accentColours(accent);
  const onAccent = `font-weight:600;background-color:${colors.accent};color:${colors.onAccent}`;
  return {
    body: `margin:0;padding:0;background-color:${ground};color:${ink};${font};color-scheme:light dark`,
    ground: `width:100%;background-color:${ground}`,
    column: "padding:24px 12px",
    card: `width:100%;max-width:480px;margin:0 auto;background-color:#fff;border:1px solid ${hair};border-radius:14px`,
    inside: "padding:28px 24px 12px;overflow-wrap:anywhere",
    preheader: "display:none;max-height:0;overflow:hidden;font-size:1px;line-height:1px;opacity:0",
    markCell: "padding:0;vertical-align:top",
    mark: `width:28px;border-radius:8px;text-align:center;line-height:28px;${onAccent}`,
    brand: `padding:0 0 0 10px;font-weight:650;line-height:28px;color:${ink}`,
    title: `margin:20px 0 8px;font-size:20px;line-height:1.3;letter-spacing:-0.01em;color:${ink}`,
    line: `margin:0 0 16px;white-space:pre-line;color:${ink}`,
    muted: `margin:0 0 16px;font-size:14px;color:${muted}`,
    or: `margin:0 0 16px;font-size:14px;text-align:center;color:${muted}`,
    code: `margin:0 0 16px;padding:18px 8px;border-radius:10px;background-color:${colors.tintInLight};${digits}`,
    facts: `width:100%;margin:0 0 16px;border-top:1px solid ${hair}`,
    label: `width:30%;padding:8px 12px 8px 0;border-bottom:1px solid ${hair};text-align:start;${label}`,
    value: `padding:8px 0;border-bottom:1px solid ${hair};font-size:14px;vertical-align:top;color:${ink}`,
    buttonTable: "width:100%;margin:0 0 16px",
    buttonCell: `border:1px solid ${colors.edge};border-radius:10px;background-color:${colors.accent}`,
    button: `display:block;text-align:center;padding:13px;border-radius:10px;text-decoration:none;${onAccent}`,
    footer: `max-width:480px;margin:16px auto 0;padding:0 12px;font-size:13px;text-align:center;color:${muted}`,
    link: `color:${muted}`,
    dark: darkSheet(colors),
  };
}

const [ground, ink, muted, hair] = ["#f6f7f9", "#1b1d26", "#5c6070", "#e3e6ed"];
const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5";
/** The gap between the digits is not part of them: who copies the code gets six digits. */
const digits =
  "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:30px;line-height:1;font-weight:600;" +
  `letter-spacing:0.18em;text-align:center;white-space:nowrap;color:${ink}`;
const label = `font-size:14px;font-weight:400;vertical-align:top;color:${muted}`;

/** `!important`, because it has to win over `style` attributes. */
const darkSheet = ({ accentInDark, onAccentInDark, tintInDark }: ReturnType<typeof accentColours>) => `
  @media (prefers-color-scheme: dark) {
    .ground { background-color: #15161b !important; }
    .card { background-color: #1e2027 !important; border-color: #2f323d !important; }
    .ink { color: #eceef3 !important; }
    .muted { color: #a3a8b8 !important; }
    .hair { border-color: #2f323d !important; }
    .tint { background-color: ${tintInDark} !important; }
    .accent { background-color: ${accentInDark} !important; border-color: ${accentInDark} !important; }
    .on-accent { background-color: ${accentInDark} !important; color: ${onAccentInDark} !important; }
  }
`;
