simulation-title = Hôpital simulé
simulation-what = Un personnel inventé fait vivre les deux hôpitaux : il se sert des mêmes écrans que vous, avec les mêmes droits. Ce que vous faites vous-même n’est pas refait, et tout continue à partir de là.
simulation-now = L’heure de l’hôpital :
simulation-pace = Le temps passe
simulation-stand = Arrêté
simulation-times = × { $n }
simulation-counts = Depuis le démarrage
simulation-act = Acte
simulation-arrive = Arrivée aux urgences
simulation-triage = Tri
simulation-box = Installation en box
simulation-charge = Prise en charge par un médecin
simulation-decide = Décision aux urgences
simulation-left = Départ sans être vu
simulation-admit = Installation dans un lit
simulation-may-go = Sortie décidée
simulation-depart = Départ
simulation-clean = Nettoyage, début ou fin
simulation-refused = { $n ->
    [one] { $n } acte a été refusé.
   *[other] { $n } actes ont été refusés.
  }
simulation-was-refused = refusé :
simulation-last = Derniers actes
simulation-nothing = Rien encore.
simulation-see = À regarder :
simulation-emergency = Urgences
simulation-beds = Lits
