// Loaded before a program whose server is not ours to make, such as the page's.
import http from 'node:http';
import { refuseUnknownMethods } from './known-methods.js';
import { limitSlowRequests } from './slow-requests.js';

const createServer = http.createServer as (...args: unknown[]) => http.Server;
http.createServer = (...args: unknown[]) => {
  const server = createServer(...args);
  limitSlowRequests(server);
  refuseUnknownMethods(server);
  return server;
};
