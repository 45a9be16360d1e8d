exchange-console-title = Échanges
exchange-console-what = Les messages HL7 v2 qui viennent d’autres systèmes et qui y vont. Un message en attente de décision attend qu’on dise de qui il s’agit ; les suivants du même patient attendent derrière lui.
exchange-console-none = Ce serveur n’a pas de canal. Ils sont nommés dans un fichier au démarrage (--channels).
exchange-console-channel = Canal
exchange-console-way = Sens
exchange-console-in = entrant
exchange-console-out = sortant
exchange-console-address = Adresse
exchange-console-state = État
exchange-console-state-waiting = À traiter
exchange-console-state-done = Traité
exchange-console-state-parked = À décider
exchange-console-state-dead = Refusé
exchange-console-state-discarded = Écarté
exchange-console-n-waiting = { $n ->
    [one] { $n } à traiter
   *[other] { $n } à traiter
  }
exchange-console-n-parked = { $n ->
    [one] { $n } à décider
   *[other] { $n } à décider
  }
exchange-console-n-dead = { $n ->
    [one] { $n } refusé
   *[other] { $n } refusés
  }
exchange-console-all = Tous
exchange-console-messages = Messages
exchange-console-message = Message { $control }
exchange-console-one = Message
exchange-console-control = Identifiant du message
exchange-console-number = Numéro du patient ou du séjour
exchange-console-find = Chercher
exchange-console-no-messages = Aucun message de ce genre.
exchange-console-when = Quand
exchange-console-event = Événement
exchange-console-sender = Émetteur
exchange-console-more = Il y en a d’autres. Précisez la recherche.
exchange-console-why-traits = Le numéro est connu ici, mais ce que le message dit de la personne ne concorde pas.
exchange-console-why-unknown = Personne n’a ce numéro ici.
exchange-console-why-several = Les numéros du message sont ceux de patients différents.
exchange-console-why-nameless = Personne n’a ce numéro ici, et le message ne dit pas de qui il s’agit.
exchange-console-why-numberless = Le message a un patient sans numéro.
exchange-console-why-place = Cette place n’est pas connue ici.
exchange-console-why-taken = La place est occupée ou promise.
exchange-console-why-stay = Le séjour n’est pas connu ici, ou c’est celui d’un autre patient.
exchange-console-why-house = Le séjour ne permet pas ce mouvement.
exchange-console-why-told = Le message ne dit pas tout ce qu’il faut.
exchange-console-why-renamed = Un patient a un autre numéro désormais.
exchange-console-why-refused = Rien ne peut être fait du message tel qu’il est.
exchange-console-by = Décidé le { $when } par
exchange-console-copy = Copie d’un autre message
exchange-console-behind = { $n ->
    [one] { $n } message du même patient attend derrière.
   *[other] { $n } messages du même patient attendent derrière.
  }
exchange-console-whose = De qui s’agit-il ?
exchange-console-whose-number = Du patient qui a ce numéro :
exchange-console-whose-new = D’une personne nouvelle : un dossier est créé
exchange-console-whose-discard = Rien n’est à faire de ce message, parce que :
exchange-console-why = Motif
exchange-console-whose-again = Réessayer tel quel : ce qui le retenait est réglé
exchange-console-learned = Ce canal tient ce numéro pour celui de { $who }.
exchange-console-learned-by = Décidé le { $when } par
exchange-console-forget = Oublier ce numéro
exchange-console-decide = Décider
exchange-console-check = Vérifiez que c’est bien cette personne, choisissez-la, puis décidez.
exchange-console-replaces = Ce canal écrit l’identité : ce que le message dit remplace ce qui est dans son dossier, champ par champ ; une identité validée reste telle quelle.
exchange-console-says = Ce qu’il dit
exchange-console-unreadable = Le message ne peut pas être lu.
exchange-console-cut = Le message est plus long que ce qui est montré.
exchange-console-again = Le faire repasser
exchange-console-again-same = Repasser tel quel
exchange-console-again-edited = Repasser tel que corrigé
exchange-console-edit = Message, un segment par ligne. Ce qui est arrivé reste tel quel.
exchange-console-wrong-whose = Dites de qui il s’agit.
exchange-console-wrong-number = Aucun patient n’a ce numéro. Écrivez le numéro entier.
exchange-console-wrong-new = Ce canal ne crée pas de patients. Enregistrez d’abord la personne, puis donnez son numéro ici.
exchange-console-wrong-why = Donnez le motif, en 5 à 300 lettres.
exchange-console-wrong-text = Ce n’est pas un message lisible.
exchange-console-wrong-moved = Quelqu’un d’autre, ou le canal, a été plus rapide. Le message est montré tel qu’il est maintenant.
exchange-console-field-application = Logiciel émetteur
exchange-console-field-sent = Envoyé
exchange-console-field-occurred = Survenu
exchange-console-field-numbers = Numéros
exchange-console-field-name = Nom
exchange-console-field-birth = Naissance
exchange-console-field-sex = Sexe
exchange-console-field-home = Adresse postale
exchange-console-field-phone = Téléphone
exchange-console-field-class = Classe du séjour
exchange-console-field-place = Lieu
exchange-console-field-doctor = Médecin
exchange-console-field-stay = Numéro du séjour
exchange-console-field-admitted = Entrée
exchange-console-field-left = Sortie
exchange-console-field-measured = Mesuré
exchange-console-field-value = Valeur
