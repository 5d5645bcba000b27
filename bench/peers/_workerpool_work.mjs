import workerpool from "workerpool";
import * as work from "./_work.mjs";

workerpool.worker({ ...work });
