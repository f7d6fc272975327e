## Det som hindrar utskick

live-room = Det finns ingen plats för databasen. Utskicket väntar och fortsätter av sig självt när IT har gett den mer utrymme på disken. Ingen går förlorad.
overview-relay = Mejlservern { $name } misslyckas gång på gång och lämnas i fred; mejlen tar en annan väg eller väntar. Be IT se över den. Senast svarade den:
