import workerpool from "workerpool";
import {
  compute,
  countSteps,
  increment,
  incrementAll,
  size,
} from "./_work.mjs";

workerpool.worker({ compute, countSteps, increment, incrementAll, size });
