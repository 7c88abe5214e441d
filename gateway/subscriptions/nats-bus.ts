import { connect, type NatsConnection } from '@nats-io/transport-node';
import { type Bus, sparingly } from './bus.js';

const subject = 'tongdui.events';
const saidSubject = 'tongdui.said';

/** Wakes by NATS; its client connects, and connects again, by itself. */
export function natsBus(servers: string, warn: (error: unknown) => void): Bus {
  const calls: (() => void)[] = [];
  const hearers: ((text: string) => void)[] = [];
  let connection: NatsConnection | undefined;
  let isClosed = false;
  const connected = connect({ servers, name: 'tongdui-gateway', maxReconnectAttempts: -1, waitOnFirstConnect: true })
    .then((opened) => {
      if (isClosed) return opened.close();
      connection = opened;
      opened.subscribe(subject, {
        callback: (error) => {
          if (error) warn(error);
          else for (const call of calls) call();
        },
      });
      opened.subscribe(saidSubject, {
        callback: (error, message) => {
          if (error) warn(error);
          else for (const hear of hearers) hear(message.string());
        },
      });
      for (const call of calls) call();
      return undefined;
    })
    .catch(warn);
  const told = sparingly(() => connection?.publish(subject));
  return {
    publish: told.call,
    subscribe: (call) => void calls.push(call),
    say: (text) => connection?.publish(saidSubject, text),
    hear: (call) => void hearers.push(call),
    async close() {
      isClosed = true;
      told.stop();
      // A server that never answered is waited for no longer; whatever comes of it is closed then.
      if (!connection) return void connected;
      await connection.close().catch(warn);
    },
  };
}
