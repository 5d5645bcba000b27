import workerpool from "workerpool";
import { countSteps, increment } from "./_work.mjs";

workerpool.worker({ countSteps, increment });
