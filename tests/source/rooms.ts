/** Who may import whom: for each room, the places its files may reach for. The first that a path fits is its room. */
export const rooms: readonly [room: RegExp, mayImport: RegExp][] = [
  [/^views\//, /^views\//],
  [/^db\//, /^(db\/|package\.json$)/], // whose versions name what is made of them
  [/^src\/version\.ts$/, /^package\.json$/],
  [/^src\/(merged|result|time)\.ts$/, /^src\/http\/problem$/],
  [
    /^src\/capability\.ts$/,
    /^(src\/(http|guard|account|auth|settings|mail|pages|import)|db|views)\/|^src\/process\/acts$/,
  ],
  [/^src\/contributions\.ts$/, /^(src\/(http|guard|account|auth|settings|mail|import)|db|views)\/|^src\/capability$/],
  [/^src\/capabilities\/index\.ts$/, /^src\/(capability$|capabilities\/\w[\w-]*(\/index)?$)/],
  [
    /^src\/capabilities\/\w[\w-]*\//,
    new RegExp(
      "^(src/(http|guard)|db)/|^src/(capability|auth/(door|gate|library-secret))$" +
        "|^src/(mail/(deletion-letter|letters|scheduler)|process/(acts|typed))$" +
        "|^src/settings/(config|ip|public-suffix|setting)$" +
        "|^src/pages/(services|draft|journey|link|sign-(in|up)|account/(activity|owner))$" +
        "|^src/account/(access|act|deletion|device-name|devices|events|export|other-ways|outbox|prove)$" +
        "|^src/account/(invitations|last-admin|services|sessions|statements|suspension|tokens)$" +
        "|^src/account/(user-(language|lock)|warn)$" +
        "|^views/(account-(layout|overview)|avatar|events|kit|layout|icons|problems|rows)\\b" +
        "|^views/(sentence|sign-(in|up)|time|words)\\b",
    ),
  ],
  [/^src\/settings\//, /^(src\/settings|db)\/|^views\/words$/],
  [/^src\/process\//, /^(src\/(process|settings)|db)\//],
  [/^src\/session\//, /^(src\/session|db)\/|^src\/process\/log$/],
  [/^src\/http\//, /^(src\/(http|settings|process|session)|db|views)\//],
  [/^src\/guard\//, /^(src\/(guard|http)|db)\/|^src\/process\/(log|metrics)$/],
  [/^src\/account\//, /^(src\/(account|guard|http|settings|process)|db|views)\/|^src\/session\/brief$/],
  [/^src\/import\//, /^(src\/(import|guard)|db)\/|^src\/account\/(events|statements)$/],
  [/^src\/mail\//, /^(src\/(mail|account|guard|http|settings|process)|db|views)\//],
  [/^src\/auth\//, /^(src\/(auth|account|guard|http|session|settings|process)|db)\//],
  [
    /^src\/pages\//,
    new RegExp(
      "^(src/(pages|account|guard|http)|views)/" +
        "|^src/(auth/door|session/(check|signed-in)|mail/inbox|settings/config)$",
    ),
  ],
  [/^src\/main\.ts$/, /^(src|db)\//],
  [
    /^src\/(serve|app|router|cli|run-verb|people-verbs|check|measure|import-people)\.ts$/,
    /^(src\/(?!capabilities\/)|db\/)/,
  ],
];

/** Plain shapes, units and helpers, which every room of `src` may have. */
const forAll = /^src\/(merged|result|time|version)$/;

/** Whether a file may import another one; both are paths from the root, the second without its ending. */
export function mayImport(path: string, target: string): boolean {
  if (path.startsWith("src/") && forAll.test(target)) return true;
  const own = /^src\/capabilities\/(\w[\w-]*)\//.exec(path)?.[1];
  if (own && target.startsWith(`src/capabilities/${own}/`)) return true;
  return rooms.find(([room]) => room.test(path))?.[1].test(target) ?? false;
}
