import { ThreadWorker } from "poolifier";
import { countSteps, increment } from "./_work.mjs";

export default new ThreadWorker({ countSteps, increment });
