/**
 * The protocol errors after which it is certain that the request changed nothing. Every other
 * answer, known or not, leaves the outcome open: a timeout is not a failure. Read from the broker's
 * source (Kafka 4.x); the class in which nothing has been appended yet stands beside each name.
 */

/** Produce: the records of that partition were not appended. */
export const produceRefusals: ReadonlyMap<string, string> = new Map([
  [
    'NOT_ENOUGH_REPLICAS',
    'Partition.appendRecordsToLeader counts the ISR before it appends;' +
      ' a failed check of the transaction is answered so too, also before',
  ],
  ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'ProducerAppendInfo checks the sequence before the append'],
  ['INVALID_PRODUCER_EPOCH', 'ProducerAppendInfo checks the epoch before the append'],
  ['PRODUCER_FENCED', 'the same check, as newer versions name it'],
  ['UNKNOWN_PRODUCER_ID', 'ProducerAppendInfo, as brokers before 4.0 answer'],
  ['INVALID_TXN_STATE', 'AddPartitionsToTxnManager verifies before ReplicaManager appends'],
  ['INVALID_PRODUCER_ID_MAPPING', 'AddPartitionsToTxnManager verifies before the append'],
  ['TRANSACTION_ABORTABLE', 'AddPartitionsToTxnManager verifies before the append (KIP-890)'],
  ['MESSAGE_TOO_LARGE', 'LogValidator and UnifiedLog.append measure before they write'],
  ['RECORD_LIST_TOO_LARGE', 'UnifiedLog.append measures before it writes'],
  ['CORRUPT_MESSAGE', 'LogValidator checks the CRC before the append'],
  ['INVALID_RECORD', 'LogValidator checks each record before the append'],
  ['INVALID_TIMESTAMP', 'LogValidator checks each record before the append'],
  ['UNSUPPORTED_COMPRESSION_TYPE', 'ProduceRequest.validateRecords, before ReplicaManager'],
  ['UNSUPPORTED_FOR_MESSAGE_FORMAT', 'LogValidator, before the append'],
  ['UNSUPPORTED_VERSION', 'KafkaApis refuses the request as a whole'],
  ['INVALID_REQUEST', 'KafkaApis refuses the request as a whole'],
  ['INVALID_REQUIRED_ACKS', 'ReplicaManager.appendRecords looks at acks first'],
  ['INVALID_TOPIC_EXCEPTION', 'ReplicaManager refuses to append to an internal topic'],
  [
    'UNKNOWN_TOPIC_OR_PARTITION',
    'KafkaApis.handleProduceRequest; told later, the topic was' + ' deleted and its log with it',
  ],
  ['UNKNOWN_TOPIC_ID', 'KafkaApis.handleProduceRequest, as above'],
  ['TOPIC_AUTHORIZATION_FAILED', 'KafkaApis.handleProduceRequest authorizes first'],
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'KafkaApis.handleProduceRequest authorizes first'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'KafkaApis.handleProduceRequest authorizes first'],
])

/**
 * Produce with acks 0 or 1 only. With acks -1 these are also the answer of a DelayedProduce whose
 * broker lost the leadership *after* it had appended (Partition.checkEnoughReplicasReachOffset),
 * and the record may have reached the next leader.
 */
export const produceRefusalsWithoutWaiting: ReadonlyMap<string, string> = new Map([
  ['NOT_LEADER_OR_FOLLOWER', 'Partition.appendRecordsToLeader looks for its log first'],
  ['NOT_LEADER_FOR_PARTITION', 'the same code under its name before Kafka 2.6'],
])

/**
 * EndTxn: this request did not end the transaction. NOT_COORDINATOR and COORDINATOR_NOT_AVAILABLE
 * are missing on purpose: they are also the answer when writing `__transaction_state` failed
 * half-way. CONCURRENT_TRANSACTIONS means that the same verdict is already being carried out.
 */
export const endTransactionRefusals: ReadonlyMap<string, string> = new Map([
  ['INVALID_PRODUCER_EPOCH', 'TransactionCoordinator.endTransaction compares the epoch first'],
  ['PRODUCER_FENCED', 'the same check, as newer versions name it'],
  ['INVALID_TXN_STATE', 'the state is Empty or of the opposite verdict'],
  ['INVALID_PRODUCER_ID_MAPPING', 'the coordinator knows another producer by that name'],
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'KafkaApis.handleEndTxnRequest authorizes first'],
  ['UNSUPPORTED_VERSION', 'KafkaApis refuses the request as a whole'],
])
