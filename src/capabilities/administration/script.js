// What is searched for stands in the address: Back, from somebody who was found, leads to it.
document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.request.method === "GET") history.replaceState(null, "", ctx.request.action);
});
