// What processes of poolifier do. Its pool waits for ever for one whose module is no CommonJS.

const { ClusterWorker } = require("poolifier");

module.exports = new ClusterWorker({ increment: (n) => n + 1 });
