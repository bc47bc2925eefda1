/**
 * What `essenceOf` leaves out, each with the reason why two runs of one plan may differ in it. What
 * is neither here nor in an essence would be forgotten.
 */
export const mayDiffer: readonly { what: string; why: string }[] = [
  {
    what: 'times of events, and the order of events of different connections',
    why: 'latency is a model in the embedded cluster and the machine in the real one',
  },
  {
    what: 'producer ids, member ids, generations of groups',
    why: 'brokers hand them out; the ids go on from run to run on a cluster that lives on',
  },
  {
    what: 'leader epochs, the leader and the ISR at the end',
    why: 'after a kill the election takes any member of the ISR, and restarts add elections',
  },
  {
    what: 'how often a request is repeated, kafkajs log lines',
    why: 'CONCURRENT_TRANSACTIONS and coordinators that load last as long as the machine takes',
  },
  {
    what: 'how messages are cut into batches for a consumer, and the commits between',
    why: 'a Fetch returns what is there when it arrives; the final committed offset is compared',
  },
  {
    what: 'the order in which messages of different partitions are handled',
    why: 'partitions have leaders of their own, which answer when they do',
  },
  {
    what: 'messages of errors',
    why: 'they hold addresses and times; name and Kafka error are compared',
  },
  {
    what: "the replicas' files when the apps had ended",
    why: 'a follower fetches when it does; what its leader then kept is in the final log',
  },
  {
    what: "versions and the cluster's kind",
    why: 'they name the clusters that are compared',
  },
]
