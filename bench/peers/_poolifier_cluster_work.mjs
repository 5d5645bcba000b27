import { ClusterWorker } from "poolifier";
import { compute, countSteps, increment } from "./_work.mjs";

export default new ClusterWorker({ compute, countSteps, increment });
