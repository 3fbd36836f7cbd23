export interface CephPlaces {
  folder: string
  fsid: string
  monitorPort: number
  gatewayPort: number
}

/**
 * Nobody else reaches it and nothing outlives it: no authentication between its parts, no copies, everything in memory.
 * The store does not say where it stands when it starts: it sometimes asks for that before it knows the cluster, and ends.
 */
export const cephConfiguration = ({ folder, fsid, monitorPort, gatewayPort }: CephPlaces) => `
[global]
fsid = ${fsid}
mon host = v1:127.0.0.1:${monitorPort}
mon initial members = a
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv4 = true
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
auth allow insecure global id reclaim = true
run dir = ${folder}
admin socket = ${folder}/$name.asok
pid file = ${folder}/$name.pid
log file = ${folder}/$name.log
osd objectstore = memstore
memstore device bytes = 2147483648
osd class load list = *
osd class default list = *
osd crush chooseleaf type = 0
osd class update on start = false
osd crush update on start = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
mon allow pool size one = true
mon pg warn min per osd = 0
mon osd full ratio = 1

[mon.a]
mon data = ${folder}/mon
mon addr = 127.0.0.1:${monitorPort}

[osd.0]
osd data = ${folder}/osd

[client.gateway]
keyring = ${folder}/keyring
rgw frontends = beast endpoint=127.0.0.1:${gatewayPort}
rgw dns name = 127.0.0.1
rgw s3 auth use sts = false
`
