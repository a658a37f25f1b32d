import { headers } from "next/headers";
import { gatehouse } from "../../gatehouse.js";

export default async function Page() {
  const caller = await gatehouse.who({ method: "GET", headers: await headers() });
  return <p>Hello, {caller?.user.email ?? "nobody"}.</p>;
}
