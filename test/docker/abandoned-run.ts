/** A control node that starts a cluster with the given run id, says so, and waits to be killed. */

import { probeCluster } from './probe-cluster.ts';

await probeCluster(process.argv[2] ?? 'abandoned', 2).start();
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
