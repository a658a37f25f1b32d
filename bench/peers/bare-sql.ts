import { SQL } from "bun";
import { sessionQuestion } from "../../db/checks/row";
import { serveBare } from "./bare";

/** The same with Bun's own client. */
const sql = new SQL(process.env.DATABASE_URL ?? "", { max: 10 });
const { text } = sessionQuestion();

serveBare(async (token) => (await sql.unsafe(text, [token]))[0]);
