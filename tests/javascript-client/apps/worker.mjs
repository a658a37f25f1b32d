import { handlerOf } from "./web.mjs";

let handler;
export default {
  fetch(request, environment) {
    handler ??= handlerOf(environment); // once: what is shared between requests is shared here too
    return handler(request);
  },
};
