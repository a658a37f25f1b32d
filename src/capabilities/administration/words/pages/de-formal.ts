export { en as deFormal } from "./en";
