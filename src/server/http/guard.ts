import type { FastifyInstance, FastifyRequest } from 'fastify'
import { SOCKET_PATH } from '../../shared/defaults.ts'
import { refusal } from '../errors/problems.ts'

/** Names under which a browser on this very machine reaches the server, and no other site's name can. */
export const LOOPBACK_HOSTS: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

const READS = ['GET', 'HEAD', 'OPTIONS']

/** It changes nothing; a socket's first request leads to everything. */
export const mayOnlyRead = ({ method, ws }: FastifyRequest): boolean => READS.includes(method) && !ws

/**
 * While there are no keys, being on this machine is the only right to be here. Another site's page also runs on
 * this machine: it is kept out by the host it has to name, and by the origin its browser puts on what it sends.
 * @param allowedHosts undefined where keys say who may be here, whatever they call this server
 */
export function guard(app: FastifyInstance, allowedHosts: readonly string[] | undefined) {
  app.addHook('onRequest', async (request) => {
    const { host } = request.headers
    refuseAmbiguous(request)
    // Every browser names the host. Without one it is a script that speaks HTTP/1.0, or a call inside this process.
    if (host !== undefined && allowedHosts?.includes(hostname(host)) === false)
      throw refusal(403, 'host_not_allowed', 'This server only answers on this machine, as localhost or 127.0.0.1.')
    // Where there are keys, a proxy that is believed may say under which name the browser knows this server.
    if (isFromElsewhere(request, allowedHosts ? host : request.host))
      throw refusal(403, 'origin_not_allowed', 'A page of another site may not use this server.')
    if (request.ws && request.routeOptions.url !== SOCKET_PATH) // it would become a connection that nobody talks on
      throw refusal(404, 'not_found', 'There is no WebSocket at this address.')
  })
}

/** @throws a 400 where it names two servers, or another one in its address than in its host: whoever is before this server may have read it differently */
function refuseAmbiguous({ raw: { url = '', rawHeaders }, headers: { host } }: FastifyRequest) {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host')
  const isOurs = url.startsWith('/') || (URL.canParse(url) && new URL(url).host === host?.toLowerCase())
  if (hosts.length > 1 || !isOurs)
    throw refusal(400, 'invalid_request', 'The request does not say clearly which server it is for.')
}

/** Whether another site's page sent what changes something. */
function isFromElsewhere(request: FastifyRequest, host = ''): boolean {
  const { origin } = request.headers
  return origin !== undefined && !mayOnlyRead(request) && !isSameHost(origin, host)
}

/** Without the port. */
const hostname = (host: string) => host.replace(/:\d*$/, '').toLowerCase()

function isSameHost(origin: string, host: string) {
  if (!URL.canParse(origin))
    return false
  const { protocol, host: originHost } = new URL(origin)
  const named = `${protocol}//${host}` // so that both lose the port that their protocol implies
  return URL.canParse(named) && new URL(named).host === originHost
}
