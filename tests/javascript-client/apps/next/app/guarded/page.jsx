import { callerHere } from "../../caller.js";

async function act() {
  "use server";
  await callerHere("POST");
}

export default async function Guarded() {
  return <form action={act}>Hello, {(await callerHere()).user.email}.</form>;
}
