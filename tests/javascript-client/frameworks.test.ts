import { afterAll, beforeAll, expect, test } from "bun:test";
import type { AddressInfo } from "node:net";
import { Elysia, t } from "elysia";
import express from "express";
import fastify from "fastify";
import { Hono } from "hono";
import { signedIn as inElysia } from "../../clients/javascript/src/elysia";
import { signedIn as inExpress } from "../../clients/javascript/src/express";
import { signedIn as inFastify } from "../../clients/javascript/src/fastify";
import { signedIn as inHono } from "../../clients/javascript/src/hono";
import { createGatehouse, type Demands, type Gatehouse } from "../../clients/javascript/src/index";
import { signedIn as inNext } from "../../clients/javascript/src/next";
import { startTestGatehouse, type TestGatehouse } from "../../clients/javascript/src/testing";

/** As in a program in TypeScript: each framework's own types hold, and the caller has its type in every handler. */

let login: TestGatehouse;
let gatehouse: Gatehouse;
beforeAll(async () => {
  login = await startTestGatehouse();
  gatehouse = createGatehouse({ url: login.url });
});
afterAll(() => login.stop());

test("Hono knows the caller's type", async () => {
  const app = new Hono().get("/me", inHono(gatehouse), (context) => context.text(context.get("caller").user.name));
  const headers = { cookie: login.signIn({ name: "Grace" }) };
  expect(await (await app.request("/me", { headers })).text()).toBe("Grace");
  expect((await app.request("/me")).status).toBe(401);
});

test("Hono asks the `require` that is there when a request comes, such as a test's own", async () => {
  const own: Gatehouse = { ...gatehouse };
  const app = new Hono().get("/me", inHono(own), (context) => context.text(context.get("caller").user.name));
  const headers = { cookie: login.signIn({ name: "Grace" }) };
  const caller = await gatehouse.check(new Request("http://localhost/me", { headers }));
  own.require = async () => ({ ...caller, user: { ...caller.user, name: "Ada" } });
  expect(await (await app.request("/me")).text()).toBe("Ada");
});

test("Elysia knows the caller's type", async () => {
  const app = new Elysia().derive(inElysia(gatehouse)).get("/me", ({ caller }) => caller.user.name);
  const ask = (headers: Record<string, string>) => app.handle(new Request("http://localhost/me", { headers }));
  expect(await (await ask({ cookie: login.signIn({ name: "Grace" }) })).text()).toBe("Grace");
  expect((await ask({})).status).toBe(401);
});

test("a plugin of Elysia's guards the app that uses it when it is scoped", async () => {
  const auth = new Elysia().derive({ as: "scoped" }, inElysia(gatehouse));
  const app = new Elysia().use(auth).get("/me", ({ caller }) => caller.user.name);
  const ask = (headers: Record<string, string>) => app.handle(new Request("http://localhost/me", { headers }));
  expect((await ask({})).status).toBe(401);
  expect(await (await ask({ cookie: login.signIn({ name: "Grace" }) })).text()).toBe("Grace");
});

test("Elysia tells a stranger to sign in, and not what is wrong with a body", async () => {
  const body = t.Object({ text: t.String() });
  const app = new Elysia().derive(inElysia(gatehouse)).post("/notes", () => "kept", { body });
  const wrong = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
  expect((await app.handle(new Request("http://localhost/notes", wrong))).status).toBe(401);
});

test("Fastify knows the caller's type", async () => {
  const app = fastify().get("/me", { onRequest: inFastify(gatehouse) }, async ({ caller }) => caller.user.name);
  const headers = { cookie: login.signIn({ name: "Grace" }) };
  expect((await app.inject({ path: "/me", headers })).body).toBe("Grace");
  expect((await app.inject({ path: "/me" })).statusCode).toBe(401);
  await app.close();
});

test("Express takes it as a middleware", () => {
  expect(() => express().use(inExpress(gatehouse)).get("/me", inExpress(gatehouse))).not.toThrow();
});

test("a demand that there is not is an error where the program starts", () => {
  const demands = { second_factor: true } as Demands;
  for (const signedIn of [inElysia, inExpress, inFastify, inHono, inNext])
    expect(() => signedIn(gatehouse, demands)).toThrow("second_factor");
});

test("a fault that is no refusal is left to the framework", async () => {
  const broken: Gatehouse = { ...gatehouse, require: () => Promise.reject(new RangeError("a fault")) };
  const app = new Hono().use(inHono(broken)).get("/me", (context) => context.text("in"));
  expect((await app.request("/me")).status).toBe(500);
  const server = fastify().get("/me", { onRequest: inFastify(broken) }, async () => "in");
  expect((await server.inject({ path: "/me" })).statusCode).toBe(500);
  await server.close();
  await expect(inNext(broken)(new Request("http://localhost/me"))).rejects.toThrow(RangeError);
  const told: unknown[] = [];
  await inExpress(broken)(stranger, fakeResponse(), (error) => void told.push(error));
  expect(told).toEqual([expect.any(RangeError)]);
});

const stranger = { method: "GET", headers: {} };

/** What is needed of a response of Express. */
function fakeResponse({ headersSent = false, json = (): unknown => undefined } = {}) {
  const response = { locals: {}, headersSent, status: () => response, set: () => response, json };
  return response;
}

test("in Express, what something else answered meanwhile is left alone", async () => {
  const app = express();
  const faults: unknown[] = [];
  app.use((_, response, next) => {
    response.json("too late"); // such as a middleware that ends slow requests
    inExpress(gatehouse)(stranger, response, next).catch((error: unknown) => void faults.push(error));
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo; // a server that listens on a port has no other kind of address
  const response = await fetch(`http://127.0.0.1:${port}/`);
  expect([response.status, await response.json()]).toEqual([200, "too late"]);
  await new Promise((resolve) => server.close(resolve));
  expect(faults).toEqual([]);
});

test("in Express, a fault while it is answered is the next one's", async () => {
  const told: unknown[] = [];
  const json = () => {
    throw new RangeError("a fault");
  };
  await inExpress(gatehouse)(stranger, fakeResponse({ json }), (error) => void told.push(error));
  await inExpress(gatehouse)(stranger, fakeResponse({ json, headersSent: true }), (error) => void told.push(error));
  expect(told).toEqual([expect.any(RangeError)]);
});
