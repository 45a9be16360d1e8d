# Journal d’accès : qui a regardé un dossier, et qui a fait quoi.
audit-trail = Journal d’accès
audit-trail-what = Chaque accès laisse une ligne qui ne peut plus être changée. Pour savoir qui a regardé un dossier :
audit-find-patient = chercher le patient.
audit-login = Identifiant
audit-from = Du
audit-to = au
audit-search = Chercher
audit-nobody = Aucun compte ne porte cet identifiant.
audit-no-day = Cette date n’est pas lisible. Écrivez-la comme 2026-01-31.
audit-none = Rien n’a été fait dans ces limites.
audit-looked = Qui a regardé ce dossier
audit-visits = { $n ->
    [one] une consultation
   *[other] { $n } consultations
  }
audit-looked-what = Une ligne par consultation : tout ce qu’une personne a vu ou écrit sans pause de dix minutes. Cette page laisse elle aussi une ligne.
audit-looked-none = Personne n’a encore regardé ce dossier.
audit-printed = Imprimé le { $when }
audit-print = Imprimer
audit-time = Heure
audit-who = Qui
audit-what = Quoi
audit-whose = Qui est concerné
audit-why = Pourquoi
audit-where = D’où
audit-saw = A vu : { $what }
audit-wrote = A écrit : { $what }
audit-denied = Refusé
audit-own = { $n ->
    [one] Une opération du système lui-même, qui n’a rien montré à personne.
   *[other] { $n } opérations du système lui-même, qui n’ont rien montré à personne.
  }
audit-others = { $n ->
    [one] et une autre personne
   *[other] et { $n } autres personnes
  }
audit-older = Plus ancien
audit-comma = ,{" "}
audit-program = Programme
audit-said = { $what } : { $why }
audit-kind-identity = identité
audit-kind-problems = problèmes et allergies
audit-kind-medicines = médicaments
audit-kind-results = examens et résultats
audit-kind-documents = documents
audit-kind-stays = séjours et soins
audit-kind-alerts = alertes et consentements
audit-kind-money = prise en charge et factures
audit-kind-trail = journal d’accès
audit-kind-house = lieux et personnel
audit-kind-other = autres parties du dossier
audit-why-treatment = Soins
audit-why-operations = Organisation de l’hôpital
audit-why-emergency = Urgence
audit-why-research = Recherche
audit-why-administration = Administration du système
audit-did-create = A ajouté : { $what }
audit-did-read = A lu : { $what }
audit-did-update = A changé : { $what }
audit-did-delete = A retiré : { $what }
audit-did-search = A cherché : { $what }
audit-event-sign-in = Entrée dans une session
audit-event-lock-out = Trop d’essais : attente imposée
audit-event-sign-out = Sortie d’une session
audit-event-account-change = Compte changé
audit-event-secret-change = Mot de passe ou facteur changé
audit-event-key-change = Clé du serveur
audit-event-broken-glass = Accès d’exception
audit-event-export = Export de données
audit-event-backup = Sauvegarde
audit-event-consent = Accord donné à un programme
audit-event-trail-read = Journal d’accès consulté
audit-event-service = Serveur démarré ou arrêté
audit-event-station-change = Poste partagé changé
audit-unusual = À regarder de près
audit-unusual-what = Des consultations inhabituelles, d’après les règles de l’établissement. Chacune est une question à poser, pas une faute : la plupart ont de bonnes raisons.
audit-unusual-since = Depuis le { $when }.
audit-unusual-cut = Les consultations plus anciennes sont trop nombreuses pour cette page.
audit-unusual-none = Rien d’inhabituel ces sept derniers jours.
audit-unusual-see = Voir le journal
audit-unusual-more = { $n ->
    [one] Et une autre, plus ancienne.
   *[other] Et { $n } autres, plus anciennes.
  }
audit-looks = { $n ->
    [one] une consultation
   *[other] { $n } consultations
  }
audit-anomaly-crawling = Beaucoup de dossiers de patients qui ne sont pas les siens, en peu de temps
audit-anomaly-own-family = Dossier de quelqu’un de même nom, téléphone ou adresse
audit-anomaly-night = La nuit, dans une fonction de jour
audit-anomaly-masked = Dossier masqué, sans soigner le patient
audit-anomaly-many-glasses = Accès d’exception répétés
audit-tab = Qui a regardé
