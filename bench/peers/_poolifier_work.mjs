import { ThreadWorker } from "poolifier";
import { compute, countSteps, increment } from "./_work.mjs";

export default new ThreadWorker({ compute, countSteps, increment });
