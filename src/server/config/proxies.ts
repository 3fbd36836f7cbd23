import { BlockList, isIP } from 'node:net'
import { StartError } from '../errors/startError.ts'

const NAMES = ['loopback', 'linklocal', 'uniquelocal']

/** `10.0.0.1, 10.1.0.0/16, loopback`: whose `X-Forwarded-*` is believed. @throws StartError */
export function readProxies(value: string | undefined): string[] {
  const proxies = value?.split(',').map(entry => entry.trim()).filter(Boolean) ?? []
  const wrong = proxies.find(proxy => !isProxy(proxy))
  if (wrong !== undefined)
    throw new StartError(`TRUST_PROXY names “${wrong}”, but takes addresses (10.0.0.1), networks (10.0.0.0/8) and ${NAMES.join(', ')}, with commas between. Name the proxy that stands before Satchel, and no more: whoever is believed can say to be anybody.`)
  return proxies
}

function isProxy(proxy: string): boolean {
  if (NAMES.includes(proxy) || isIP(proxy))
    return true
  const [, address = '', bits = ''] = /^(.+)\/(\d{1,3})$/.exec(proxy) ?? []
  const version = isIP(address)
  if (!version || Number(bits) < 1)
    return false
  try {
    new BlockList().addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6')
    return true
  }
  catch {
    return false // more bits than such an address has
  }
}
