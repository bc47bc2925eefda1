/**
 * Where the course's clusters, simulated and real, differ from Kafka's defaults in what they do:
 * failover takes about a second instead of ten, rebalances do not wait, and the two internal topics
 * have one partition each, on three replicas.
 */
export const courseSettings = {
  'auto.create.topics.enable': false,
  'broker.heartbeat.interval.ms': 200,
  'broker.session.timeout.ms': 1000,
  'offsets.topic.num.partitions': 1,
  'offsets.topic.replication.factor': 3,
  'transaction.state.log.num.partitions': 1,
  'transaction.state.log.replication.factor': 3,
  'transaction.state.log.min.isr': 2,
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': 200,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 200,
  'replica.fetch.wait.max.ms': 50,
  'replica.fetch.backoff.ms': 50,
  'replica.lag.time.max.ms': 3000,
} as const
