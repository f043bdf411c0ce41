import { netnsCluster } from '../../src/cluster/netns/cluster.ts';
import { features } from '../../src/cluster/namespaces.ts';
import { conformance } from '../cluster/conformance.ts';

conformance('netns', `conformance-${process.pid}`, (options) => netnsCluster(options));

conformance('netns without nftables', `bare-${process.pid}`, (options) =>
  netnsCluster(options, () => ({ ...features(), nft: 'left out', loss: 'left out', delay: 'left out' })),
);
