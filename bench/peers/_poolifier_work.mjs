import { ThreadWorker } from "poolifier";
import * as work from "./_work.mjs";

export default new ThreadWorker({ ...work });
