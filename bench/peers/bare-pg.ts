import { Pool } from "pg";
import { sessionQuestion } from "../../db/checks/row";
import { serveBare } from "./bare";

/** The question of a session check of the same rows, prepared by name, on ten connections of `pg`. */
const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const { text } = sessionQuestion();

serveBare(async (token) => (await pool.query({ name: "session", text, values: [token] })).rows[0]);
