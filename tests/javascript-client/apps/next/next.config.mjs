import { join } from "node:path";

export default {
  turbopack: { root: join(import.meta.dirname, "..") }, // where the packages are
  experimental: { cpus: 1 },
};
