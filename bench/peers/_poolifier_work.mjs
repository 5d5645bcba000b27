import { ThreadWorker } from "poolifier";
import {
  compute,
  countSteps,
  increment,
  incrementAll,
  size,
} from "./_work.mjs";

export default new ThreadWorker({
  compute,
  countSteps,
  increment,
  incrementAll,
  size,
});
