/** Takes each part of the client as CommonJS does; prints what kind of thing each is. */

const { createGatehouse } = require("gatehouse-js");
const { startTestGatehouse } = require("gatehouse-js/testing");
const frameworks = ["express", "hono", "elysia", "fastify", "next"].map((name) => require(`gatehouse-js/${name}`));
const all = [createGatehouse, startTestGatehouse, ...frameworks.map(({ signedIn }) => signedIn)];
console.log(JSON.stringify(all.map((each) => typeof each)));
