downtime-title = Dossier de secours
downtime-off = Ce serveur ne prépare pas de dossier de secours. Demandez à l’informatique de l’allumer.
downtime-made = Le dernier dossier date du { $when } ({ $ago }).
downtime-wards = { $n ->
    [one] { $n } feuille.
   *[other] { $n } feuilles.
  }
downtime-patients = { $n ->
    [0] Aucun patient.
    [one] { $n } patient.
   *[other] { $n } patients.
  }
downtime-old = Il a plus de quinze minutes : prévenez l’informatique. En attendant, il reste utilisable.
downtime-none-yet = Aucun dossier n’a encore été préparé depuis le démarrage.
downtime-second-failed = La copie sur l’autre machine a échoué ; le dossier d’ici est entier.
downtime-failed = L’essai du { $when } a échoué ; le dossier d’avant reste.
downtime-folder = Dossier :
downtime-every = { $n ->
    [one] toutes les minutes
   *[other] toutes les { $n } minutes
  }
downtime-how = En cas de panne
downtime-how-open = Ouvrez la page de votre service dans le dossier de secours du poste et tapez la phrase de secours. Elle s’ouvre sans réseau.
downtime-how-print = Imprimez tout sur A4. L’heure de l’état est en haut : demandez à l’équipe ce qui s’est passé depuis.
downtime-how-write = Écrivez sur les feuilles vierges, chaque fois avec l’heure réelle et votre nom. Vérifiez les allergies à chaque prise.
downtime-how-back = Au retour, saisissez ligne par ligne avec l’heure réelle, cochez, puis regardez la liste ci-dessous. Gardez les feuilles au dossier.
downtime-late = Rattrapé après coup
downtime-since = Depuis le
downtime-look = Regarder
downtime-wrong = Cette date n’est pas lisible, ou elle est à venir, ou elle remonte à plus de quatorze jours. Voici les dernières vingt-quatre heures.
downtime-written-since = Écrit depuis le { $when }, plus d’une heure après.
downtime-cut = Tout n’est pas montré : choisissez un moment plus proche.
downtime-late-none = Rien n’a été rattrapé.
downtime-occurred = Heure réelle
downtime-recorded = Saisi
# i18n: same
downtime-patient = Patient
downtime-what = Quoi
downtime-by = Par
# i18n: same
downtime-admission = Admission
downtime-unnamed = Sans libellé
