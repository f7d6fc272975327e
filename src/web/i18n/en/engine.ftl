## What hinders sending

live-room = There is no room for the database. Sending waits and goes on by itself when IT has made room on its disk. Nobody is lost.
overview-relay = The mail relay { $name } fails again and again and is left alone; mail takes another way or waits. Ask IT to look at it. It said last:
