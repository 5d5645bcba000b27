import workerpool from "workerpool";
import { compute, countSteps, increment } from "./_work.mjs";

workerpool.worker({ compute, countSteps, increment });
