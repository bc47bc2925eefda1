/** All guards that are broken one at a time, by module. */
import type { Module } from '../mutation'
import { brokerGuards } from './broker'
import { controllerGuards } from './controller'
import { groupGuards } from './groups'
import { logGuards } from './log'
import { timeGuards } from './time'
import { transactionGuards } from './transactions'
import { wireGuards } from './wire'

export const modules: readonly Module[] = [
  { name: 'the partition log', mutations: logGuards },
  { name: 'the brokers', mutations: brokerGuards },
  { name: 'the transaction coordinator', mutations: transactionGuards },
  { name: 'the group coordinator', mutations: groupGuards },
  { name: 'the controller', mutations: controllerGuards },
  { name: 'the wire server and its network', mutations: wireGuards },
  { name: 'virtual time', mutations: timeGuards },
]
