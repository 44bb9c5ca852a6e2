// An HTTP agent that opens its connections one after the other. A server in Node accepts one connection in a turn of its
// event loop, and breaks those that exceed its backlog (511, on macOS 128).
import type { Agent } from 'node:http';

/** Makes the agent begin a connection only when the one before it is established and the server had its turn. */
export function paced<A extends Agent>(agent: A): A {
  const connect = agent.createConnection.bind(agent);
  const waiting: (() => void)[] = [];
  let isConnecting = false;

  function beginNext(): void {
    isConnecting = false;
    waiting.shift()?.();
  }

  agent.createConnection = (options, done) => {
    const begin = (): void => {
      isConnecting = true;
      const socket = connect(options);
      if (!socket) {
        beginNext();
        return;
      }
      const next = (): void => {
        socket.off('connect', next).off('close', next);
        setImmediate(beginNext);
      };
      socket.once('connect', next).once('close', next);
      done?.(null, socket);
    };
    if (isConnecting) waiting.push(begin);
    else begin();
    return undefined;
  };
  return agent;
}
