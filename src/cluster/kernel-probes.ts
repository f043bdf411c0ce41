/** Shell scripts that succeed where the kernel and the tools can do something. Run after one another in a namespace. */

export const cutScript = `nft -f - <<'END'
table bridge probe {
  counter dropped { }
  set cut { type ipv4_addr . ipv4_addr; }
  chain forward {
    type filter hook forward priority -200; policy accept;
    ip saddr . ip daddr @cut counter name dropped drop
  }
  chain lose { }
}
END`;

export const lossScript = `nft add rule bridge probe lose ip saddr . ip daddr '{ 10.0.0.1 . 10.0.0.2 }' numgen random mod 1000000 '<' 5 drop`;

export const delayScript = [
  'tc qdisc add dev v0 root handle 1: prio bands 3 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0',
  'tc qdisc add dev v0 parent 1:2 netem delay 1ms 1ms limit 10000',
  'tc filter add dev v0 parent 1: protocol ip u32 match ip dst 10.0.0.2/32 flowid 1:2',
].join(' && ');
